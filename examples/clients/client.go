// A client of a Millrace gateway, with Go's standard library alone.
//
//	go run client.go http://127.0.0.1:9595 add 12 33
//
// sends a job and prints its result. A token is taken from MILLRACE_TOKEN.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"
)

// Client speaks to one gateway.
type Client struct {
	URL   string
	Token string
	HTTP  http.Client
}

// Problem is what the gateway refused, with the code that says why.
type Problem struct {
	Code      string `json:"code"`
	Detail    string `json:"detail"`
	Status    int    `json:"status"`
	Retryable bool   `json:"retryable"`
}

func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// Result is whether there is one, whether it is a success, and the value.
type Result struct {
	Exists  bool            `json:"exists"`
	Success bool            `json:"success"`
	Result  json.RawMessage `json:"result"`
	State   *string         `json:"state"`
}

const tries = 5

// Send sends a job and returns its id. The key makes it safe to repeat a request whose answer was lost.
func (c *Client) Send(task string, args []any, options map[string]any) (string, error) {
	job := map[string]any{"task": task, "args": args}
	for name, value := range options {
		job[name] = value
	}
	key := make([]byte, 16)
	if _, err := rand.Read(key); err != nil {
		return "", err
	}
	var sent struct {
		ID string `json:"id"`
	}
	err := c.ask("POST", "/v1/jobs", job, hex.EncodeToString(key), &sent)
	return sent.ID, err
}

// Wait waits for a job to end.
func (c *Client) Wait(id string, timeout time.Duration) (*Result, error) {
	until := time.Now().Add(timeout)
	for time.Now().Before(until) {
		var result Result
		err := c.ask("GET", "/v1/jobs/"+url.PathEscape(id)+"/result?wait=20s", nil, "", &result)
		if err != nil {
			return nil, err
		}
		if result.Exists {
			return &result, nil
		}
		if result.State == nil {
			return nil, errors.New("there is no job " + id)
		}
	}
	return nil, errors.New("job " + id + " has not finished")
}

func (c *Client) ask(method, path string, body any, key string, into any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return err
		}
	}
	for try := 1; ; try++ {
		err := c.askOnce(method, path, text, key, into)
		var problem *Problem
		refused := errors.As(err, &problem)
		if err == nil || try == tries || (refused && !problem.Retryable) {
			return err
		}
		// The gateway is away or busy, or its answer was lost: asking again is safe.
		time.Sleep(200 * time.Millisecond << try)
	}
}

func (c *Client) askOnce(method, path string, body []byte, key string, into any) error {
	request, err := http.NewRequest(method, c.URL+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	if c.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	answer, err := c.HTTP.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 400 {
		problem := &Problem{}
		if json.NewDecoder(answer.Body).Decode(problem) != nil {
			// It was not the gateway, but a proxy before it.
			return &Problem{"HTTP", answer.Status, answer.StatusCode, answer.StatusCode >= 502}
		}
		return problem
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

func main() {
	client := &Client{URL: os.Args[1], Token: os.Getenv("MILLRACE_TOKEN"), HTTP: http.Client{Timeout: 30 * time.Second}}
	args := []any{}
	for _, word := range os.Args[3:] {
		args = append(args, json.RawMessage(word))
	}
	id, err := client.Send(os.Args[2], args, map[string]any{"retries": []string{"1s", "5s"}})
	if err == nil {
		var result *Result
		if result, err = client.Wait(id, time.Minute); err == nil {
			fmt.Println(string(result.Result))
			return
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
