/* Counts the words of the files it is given, and speaks version 1 of the protocol on descriptor 3. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static void text(FILE *out, const char *bytes) {
  fputc('"', out);
  for (; *bytes; bytes++) {
    unsigned char byte = (unsigned char)*bytes;
    if (byte < ' ') {
      fprintf(out, "\\u%04x", byte);
      continue;
    }
    if (byte == '"' || byte == '\\') fputc('\\', out);
    fputc(byte, out);
  }
  fputc('"', out);
}

int main(int argc, char **argv) {
  const char *number = getenv("MILLRACE_MESSAGES");
  FILE *messages = number ? fdopen(atoi(number), "w") : stdout;
  if (!messages) return 1;
  setvbuf(messages, NULL, _IOLBF, BUFSIZ);
  if (argc == 1) {
    fputs("{\"type\":\"fail\",\"error\":\"give at least one file\"}\n", messages);
    return 1;
  }
  long words = 0;
  for (int at = 1; at < argc; at++) {
    FILE *file = fopen(argv[at], "rb");
    if (!file) {
      /* It may be on its way: another attempt, in two seconds. */
      fputs("{\"type\":\"retry\",\"after\":\"2s\",\"error\":", messages);
      char error[4096];
      snprintf(error, sizeof error, "%s is not there", argv[at]);
      text(messages, error);
      fputs("}\n", messages);
      return 1;
    }
    int byte, inside = 0;
    while ((byte = fgetc(file)) != EOF) {
      if (!isspace(byte) && !inside) words++;
      inside = !isspace(byte);
    }
    fclose(file);
    fprintf(messages, "{\"type\":\"progress\",\"value\":{\"done\":%d,\"of\":%d}}\n", at, argc - 1);
  }
  const char *attempt = getenv("MILLRACE_ATTEMPT");
  fprintf(messages, "{\"type\":\"log\",\"message\":\"attempt %s: %d files\"}\n", attempt ? attempt : "1", argc - 1);
  fprintf(messages, "{\"type\":\"result\",\"value\":{\"files\":%d,\"words\":%ld}}\n", argc - 1, words);
  return 0;
}
