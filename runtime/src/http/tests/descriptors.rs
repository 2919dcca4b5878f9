//! A process that runs out of file descriptors. Linux alone, for what `/proc` tells.

use std::{fs::File, process::Command, thread, time::Duration};

use serde_json::Value as Json;

use super::{Client, serve};

const THIS_TEST: &str =
    "http::tests::descriptors::out_of_file_descriptors_accepting_rests_and_recovers";

/// Runs itself again in a process that may open few files, since that limit is the process's.
#[test]
fn out_of_file_descriptors_accepting_rests_and_recovers() {
    if std::env::var_os("OBSERVANT_TEST_FEW_FILES").is_none() {
        let status = Command::new("sh")
            .args(["-c", "ulimit -n 64 && exec \"$@\"", "sh"])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", THIS_TEST, "--nocapture"])
            .env("OBSERVANT_TEST_FEW_FILES", "1")
            .status()
            .unwrap();
        assert!(status.success());
        return;
    }
    let server = serve();
    let address = server.local_addr();
    let stat = File::open("/proc/self/stat").unwrap();
    let mut files = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        files.push(file);
    }
    // The one descriptor left goes to the client, so the server has none for its end.
    files.pop();
    let mut client = Client::connect(address);
    client.send("GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let before = processor_ticks(&stat);
    thread::sleep(Duration::from_millis(700));
    let spent = processor_ticks(&stat) - before;
    files.clear();
    let response = client.response(false).unwrap();
    let status: Json = serde_json::from_slice(&response.body).unwrap();
    let failures = status["server"]["connections"]["accept_failures"].as_u64().unwrap();
    // 50, 100, 200, 400 ms: a handful, where a loop without rest makes a hundred thousand.
    assert!((1..=8).contains(&failures), "{failures}");
    assert!(spent <= 10, "{spent} hundredths of a second");
}

/// Processor time of this process in ticks, of which Linux counts a hundred a second.
fn processor_ticks(stat: &File) -> u64 {
    let mut buffer = [0; 1024];
    let length = std::os::unix::fs::FileExt::read_at(stat, &mut buffer, 0).unwrap();
    let stat = String::from_utf8_lossy(&buffer[..length]);
    let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}
