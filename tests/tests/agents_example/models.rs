//! Model servers other than the built-in one: what is sent to them, and what their moods do to a run.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
};

use observant_tests::absent::Absent;
use serde_json::{Value, json};

use crate::{
    program::{Finished, Place},
    trees,
};

/// A request as a model server sees it.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Value,
}

/// What a server does with a request.
pub(crate) enum Reply {
    /// Answers with a status and a body.
    Send(u16, String),
    /// Keeps the connection open and says nothing.
    Silence,
}

/// A model server that replies from a script; the last reply is repeated. Whoever only looks whether it is there gets a
/// 404, which is an answer as well, and does not count.
pub(crate) struct FakeModel {
    pub(crate) address: SocketAddr,
    pub(crate) asked: Receiver<Asked>,
}

impl FakeModel {
    pub(crate) fn start(script: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, asked) = channel();
        // It ends with the test process; a blocking accept has no other end.
        thread::spawn(move || {
            let mut open = Vec::new();
            let mut turn = 0;
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(asked) = read_request(&stream) else { continue };
                if asked.line.starts_with("GET ") {
                    send(&mut stream, 404, "");
                    continue;
                }
                let _ = sender.send(asked);
                match &script[turn.min(script.len() - 1)] {
                    Reply::Send(status, body) => send(&mut stream, *status, body),
                    Reply::Silence => open.push(stream),
                }
                turn += 1;
            }
        });
        Self { address, asked }
    }
}

fn send(stream: &mut TcpStream, status: u16, body: &str) {
    let head = format!(
        "HTTP/1.1 {status} Scripted\r\ncontent-type: application/json\r\nretry-after: 0\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

fn read_request(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let (mut authorization, mut length) = (None, 0);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => authorization = Some(value.to_owned()),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { line, authorization, body: serde_json::from_slice(&body).unwrap_or_default() })
}

pub(crate) fn answer(content: &str) -> Reply {
    let body = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "scripted",
        "choices": [{ "index": 0, "finish_reason": "stop",
                      "message": { "role": "assistant", "content": content } }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120 },
    });
    Reply::Send(200, body.to_string())
}

fn refusal(status: u16) -> Reply {
    refusal_saying(status, "scripted refusal")
}

pub(crate) fn refusal_saying(status: u16, message: &str) -> Reply {
    Reply::Send(status, json!({ "error": { "message": message } }).to_string())
}

/// One file, reviewed by a scripted model.
fn one_file(base: &str, arguments: &[&str]) -> (Place, Finished) {
    let place = Place::new();
    place.put("a.txt", "alpha\nbeta gamma\n");
    let run = Finished::of(
        place
            .agents()
            .args(["--once"])
            .args(arguments)
            .env("OPENAI_BASE_URL", base)
            .env("OPENAI_API_KEY", "sk-secret-of-the-test")
            .env("OPENAI_MODEL", "scripted-1"),
    );
    (place, run)
}

#[test]
fn refusals_are_retried_and_bad_drafts_are_sent_back_until_one_is_good() {
    let good = r#"```json
{"summary":"Three Greek letters.","outline":[],"findings":[{"line":2,"kind":"order","quote":"gamma"}],"terms":["letters"]}
```"#;
    let made_up =
        r#"{"summary":"Letters.","findings":[{"line":1,"kind":"order","quote":"delta"}]}"#;
    let model = FakeModel::start(vec![
        refusal(429),
        refusal(503),
        answer("I would rather talk about something else."),
        answer(made_up),
        answer(good),
    ]);
    let (place, run) = one_file(&format!("http://{}/v1", model.address), &[]);
    run.assert_code(0);

    let report = place.report();
    assert!(report.contains("Three Greek letters."), "{report}");
    assert!(report.contains("- `a.txt:2` order: `gamma`"), "{report}");
    assert!(report.contains("| `a.txt` | 2 | 17 | 1 | new | 3 | 5 |"), "{report}");
    assert!(report.contains("300 prompt and 60 completion tokens"), "{report}");

    let asked: Vec<_> = model.asked.try_iter().collect();
    assert_eq!(asked.len(), 5);
    for request in &asked {
        assert!(request.line.starts_with("POST /v1/chat/completions "), "{}", request.line);
        assert_eq!(request.authorization.as_deref(), Some("Bearer sk-secret-of-the-test"));
        assert_eq!(request.body["model"], "scripted-1");
    }
    let last = asked[4].body["messages"].as_array().unwrap();
    let feedback = last.last().unwrap()["content"].as_str().unwrap();
    assert!(feedback.contains("finding 1 quotes text that is not on line 1"), "{feedback}");
    assert!(last[1]["content"].as_str().unwrap().contains("2| beta gamma"));

    // Of this file: the digest, which is the built-in model's, has drafts of its own.
    let of_the_file = trees::events(&place).filter(|event| event["task"] == "a.txt");
    let objections: Vec<_> = of_the_file.filter(|event| event["event"] == "sent_back").collect();
    assert_eq!(objections.len(), 2, "{objections:?}");
}

#[test]
fn a_refusal_that_will_not_pass_fails_the_file_and_shows_no_key() {
    let model = FakeModel::start(vec![refusal(401)]);
    // No path: the conventional one is added.
    let (place, run) = one_file(&format!("http://{}", model.address), &[]);
    run.assert_code(1);
    let report = place.report();
    assert!(report.contains("## Failed\n\n- `a.txt`: the model server refused (401"), "{report}");
    assert!(report.contains("scripted refusal"), "{report}");
    let asked: Vec<_> = model.asked.try_iter().collect();
    assert_eq!(asked.len(), 1, "asking again would not help");
    assert!(asked[0].line.starts_with("POST /v1/chat/completions "), "{}", asked[0].line);
    for text in [&report, &run.stdout, &run.stderr] {
        assert!(!text.contains("sk-secret"), "{text}");
    }
}

#[test]
fn a_model_that_never_gives_a_good_draft_is_given_up() {
    let model = FakeModel::start(vec![answer(r#"{"summary":"  "}"#)]);
    let (place, run) = one_file(&format!("http://{}/v1/", model.address), &[]);
    run.assert_code(1);
    let report = place.report();
    assert!(report.contains("at last because the summary is empty"), "{report}");
}

#[test]
fn a_model_that_never_answers_is_cut_off_at_the_deadline() {
    let model = FakeModel::start(vec![Reply::Silence]);
    let (place, run) = one_file(&format!("http://{}/v1", model.address), &["--deadline", "0.3"]);
    run.assert_code(1);
    let report = place.report();
    assert!(report.contains("- `a.txt`: cut off at its deadline of 0.3 s"), "{report}");
}

#[test]
fn a_model_nobody_serves_is_said_to_be_out_of_reach() {
    let nobody = Absent::bind();
    let (place, run) = one_file(&format!("{}/v1", nobody.url()), &["--deadline", "20"]);
    run.assert_code(1);
    assert!(place.report().contains("the model server cannot be reached"), "{}", place.report());
}

#[test]
fn a_base_that_is_no_url_is_wrong_usage_and_names_the_variable() {
    for base in ["not a url", "ftp://example.com/v1", "localhost:8080"] {
        let (_, run) = one_file(base, &[]);
        run.assert_code(2);
        assert!(run.stderr.contains("OPENAI_BASE_URL"), "{}", run.stderr);
    }
    let (place, run) = one_file("not a url", &["--built-in"]);
    run.assert_code(0);
    assert!(place.report().contains("extractive-1"));
}
