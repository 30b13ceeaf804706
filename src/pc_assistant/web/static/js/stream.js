// Asks POST /v1/chat and reads its server-sent events.

export class Problem extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

const GONE = "The service cannot be reached. Your question is kept here: try again in a moment.";
const BROKEN = "The connection broke before the answer was complete.";
const FAILED = "The service could not answer. Try again in a moment.";
const BUSY = "Too many questions are being asked at once: wait a minute, then try again.";
const UNABLE = "The service cannot answer at the moment.";
const EXPLAINED = "urn:pc-assistant:"; // problems whose detail is written for the one who asked

// Gives the whole answer; `onDelta` is handed each piece of text as it comes. Throws Problem, or AbortError once `signal` is aborted.
export async function ask(body, signal, onDelta) {
  let response;
  try {
    response = await fetch("/v1/chat", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
      body: JSON.stringify({ ...body, stream: true }),
      signal,
    });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Problem(GONE);
  }
  const number = response.headers.get("X-Request-ID");
  if (!response.ok) throw failed(await response.json().catch(() => ({})), response.status, number);
  try {
    for await (const { event, data } of events(response.body)) {
      if (event === "delta") onDelta(data.text);
      if (event === "error") throw failed(data, data.status, number);
      if (event === "done") return data;
    }
  } catch (error) {
    throw error.name === "AbortError" || error instanceof Problem ? error : new Problem(BROKEN);
  }
  throw new Problem(BROKEN);
}

function failed({ type = "", detail = "" }, status, number) {
  const told = type.startsWith(EXPLAINED) ? detail : "";
  if (status === 429) return new Problem(told || BUSY, status);
  if (status === 503) return new Problem(`${UNABLE} ${told || "Try again in a moment."}`, status);
  const log = number && status >= 500 ? ` If it happens again, tell whoever runs it the number under which its log has the reason: ${number}.` : "";
  return new Problem(told || FAILED + log, status);
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const fields = {};
      for (const line of part.split("\n")) {
        const colon = line.indexOf(":");
        if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
      }
      if (fields.event) yield { event: fields.event, data: JSON.parse(fields.data) };
    }
  }
}

// The text so far as lines to look at until the answer is whole: without markers, list and table marks, and escapes.
export function lines(markdown) {
  return markdown
    .split("\n")
    .filter((line) => line.trim() && !/^\|[\s|:-]*$/.test(line))
    .map((line) =>
      line
        .replace(/^- /, "• ")
        .replace(/^\|\s*|\s*\|\s*$/g, "")
        .replace(/\\([[\]<>*_`|\\])|\s*\[\d+\]/g, (_, char) => char ?? "")
        .replace(/ \| /g, " – "),
    );
}
