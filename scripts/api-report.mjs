// Compares the public declarations in dist/ with the reports in docs/api/, so that no change of the API goes unseen.
// `--update` writes the reports instead (npm run api:update). Expects dist/ to be built.
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const update = process.argv.includes("--update");
const entries = {
  millrace: "dist/index.d.ts",
  "millrace-pool": "dist/pool/index.d.ts",
  "millrace-testing": "dist/testing/index.d.ts",
};
const { messages = {}, ...settings } = ExtractorConfig.loadFile(`${root}api-extractor.json`);
// What the root exports is forgotten by no other entry that mentions it, but each entry is read alone.
const beyondTheRoot = {
  ...messages,
  extractorMessageReporting: {
    ...messages.extractorMessageReporting,
    "ae-forgotten-export": { logLevel: ExtractorLogLevel.None },
  },
};

mkdirSync(`${root}docs/api`, { recursive: true });
for (const [report, entry] of Object.entries(entries)) {
  if (!existsSync(root + entry)) {
    console.error(`${entry} is missing: run \`npm run build\` first.`);
    process.exitCode = 1;
    continue;
  }
  const config = ExtractorConfig.prepare({
    configObjectFullPath: `${root}api-extractor.json`,
    packageJsonFullPath: `${root}package.json`,
    configObject: {
      ...settings,
      messages: entry === entries.millrace ? messages : beyondTheRoot,
      projectFolder: root,
      mainEntryPointFilePath: root + entry,
      apiReport: {
        enabled: true,
        reportFileName: `${report}.api.md`,
        reportFolder: `${root}docs/api`,
        reportTempFolder: `${root}node_modules/.cache/api-report`,
      },
    },
  });
  const { apiReportChanged, errorCount, succeeded } = Extractor.invoke(config, {
    localBuild: update,
    messageCallback(message) {
      // The extractor speaks of the compiler it brings along; the declarations were checked by the project's own.
      if (message.messageId.startsWith("console-")) message.handled = message.logLevel !== ExtractorLogLevel.Error;
    },
  });
  if (update) {
    console.log(`docs/api/${report}.api.md ${apiReportChanged ? "updated" : "is up to date"}`);
  } else if (apiReportChanged) {
    console.error(`The public API differs from docs/api/${report}.api.md: review it and run \`npm run api:update\`.`);
  }
  if (!succeeded && (errorCount > 0 || !update)) process.exitCode = 1;
}
