//! Folders of every kind: what is said of them, what is reported, which status the program ends with.

use std::{fs, net::TcpListener, process::Stdio};

use crate::{
    program::{Finished, Place, Running, executable},
    trees,
};

/// Prose, source, and the three kinds of file that cannot be reviewed.
fn put_a_mix(place: &Place) {
    place.put(
        "guide.md",
        "# Guide\n\nThe scheduler gives every task a deadline and a budget.\n\n## Retries\n\n\
         A refused request is repeated after a pause that doubles.\n",
    );
    place.put(
        "src/scheduler.rs",
        "//! The scheduler hands out tasks before their deadline.\n\n\
         /// Repeats a refused request.\npub fn schedule() {}\n\n// TODO: bound the queue\n",
    );
    place.put("picture.bin", [0x89, b'P', b'N', b'G', 0, 0, 0, 13]);
    place.put("old.txt", b"caf\xe9 au lait, as it was written in 1995\n");
    place.put("nothing.txt", "");
    place.put("target/debug/build.rs", "fn left_out() {}\n");
    place.put("node_modules/x/index.js", "function left_out() {}\n");
    place.put(".git/HEAD", "ref: refs/heads/main\n");
}

#[test]
fn a_mix_of_files_is_reviewed_and_what_is_left_out_is_said() {
    let place = Place::new();
    put_a_mix(&place);
    let before = trees::listing(&place.folder());

    let run = place.once(&[]);
    run.assert_code(0);
    let report = place.report();

    assert!(report.contains("2 files reviewed, 1 finding, 3 left out, 0 failed."), "{report}");
    assert!(report.contains("- `src/scheduler.rs:6` todo: `// TODO: bound the queue`"), "{report}");
    assert!(report.contains("Outline: Guide; Retries"), "{report}");
    assert!(report.contains("Outline: fn schedule"), "{report}");
    assert!(report.contains("- `nothing.txt`: empty"), "{report}");
    assert!(report.contains("- `old.txt`: not UTF-8 text"), "{report}");
    assert!(report.contains("- `picture.bin`: binary"), "{report}");
    assert!(!report.contains("left_out"), "target and node_modules are not reviewed: {report}");

    // Related by the words they share, found through the knowledge store.
    let guide = section(&report, "### `guide.md`");
    assert!(guide.contains("See also: `src/scheduler.rs`"), "{guide}");

    for reason in ["1 binary", "1 empty", "1 not UTF-8 text"] {
        assert!(run.stdout.contains(&format!("left out: {reason}")), "{}", run.stdout);
    }
    assert_eq!(trees::listing(&place.folder()), before, "the folder stays as it was");
}

#[test]
fn drills_are_rehearsed_and_named_as_such() {
    let place = Place::new();
    place.put("a.txt", "One plain sentence that is long enough to be a summary.\n");
    let run = place.once(&[]);
    run.assert_code(0);

    let drills = section(&place.report(), "## Drills");
    assert!(drills.contains("- overloaded model: refused 2 times, then answered"), "{drills}");
    assert!(drills.contains("- missed deadline: cut off after 250 ms"), "{drills}");
    assert!(drills.contains("- broken tool: panicked and was survived"), "{drills}");
    let unknown = "- unknown document: the library said that it has no such file";
    assert!(drills.contains(unknown), "{drills}");
    // A rehearsed panic is one line on standard output, not a backtrace on standard error.
    assert_eq!(run.stderr, "");
    assert_eq!(run.stdout.matches("a reference names a column").count(), 1, "{}", run.stdout);
}

#[test]
fn a_backtrace_is_not_printed_for_a_drill_even_when_asked_for() {
    let place = Place::new();
    let run = Finished::of(place.agents().arg("--once").env("RUST_BACKTRACE", "1"));
    run.assert_code(0);
    assert_eq!(run.stderr, "");
}

#[test]
fn an_empty_folder_is_said_to_be_empty() {
    let place = Place::new();
    let run = place.once(&[]);
    run.assert_code(0);
    assert!(run.stdout.contains("the folder holds no file to review"), "{}", run.stdout);
    assert!(place.report().contains("The folder holds no file to review."));
}

#[test]
fn a_folder_that_is_not_there_is_wrong_usage() {
    let place = Place::new();
    let run = Finished::of(place.bare(executable()).args(["not/there", "--once"]));
    run.assert_code(2);
    assert!(run.stderr.contains("there is no folder `not/there`"), "{}", run.stderr);
    assert!(!place.work().join("report.md").exists());
}

#[test]
fn a_file_in_place_of_a_folder_is_wrong_usage() {
    let place = Place::new();
    fs::write(place.work().join("notes.txt"), "text").unwrap();
    let run = Finished::of(place.bare(executable()).args(["notes.txt", "--once"]));
    run.assert_code(2);
    assert!(
        run.stderr.contains("`notes.txt` is a file; name the folder it is in"),
        "{}",
        run.stderr
    );
}

#[test]
fn unknown_options_and_values_are_wrong_usage() {
    let place = Place::new();
    for arguments in
        [&["--bogus"][..], &["--jobs", "0"], &["--deadline", "soon"], &["--max-bytes"], &["a", "b"]]
    {
        let run = Finished::of(place.bare(executable()).args(arguments));
        run.assert_code(2);
        assert!(run.stderr.starts_with("agents: "), "{}", run.stderr);
    }
    Finished::of(place.bare(executable()).arg("--help")).assert_code(0);
}

#[test]
fn a_file_that_is_too_large_is_left_out_with_its_size() {
    let place = Place::new();
    place.put("large.txt", "x".repeat(5_000));
    place.once(&["--max-bytes", "4096"]).assert_code(0);
    let report = place.report();
    assert!(report.contains("- `large.txt`: too large: 5000 bytes, the limit is 4096"), "{report}");
}

#[cfg(unix)]
#[test]
fn links_are_reported_and_never_followed() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    place.put("sub/a.txt", "One plain sentence that is long enough to be a summary.\n");
    symlink(place.folder(), place.folder().join("sub/up")).unwrap();
    symlink("itself", place.folder().join("itself")).unwrap();
    symlink("sub/a.txt", place.folder().join("alias.txt")).unwrap();

    place.once(&[]).assert_code(0);
    let report = place.report();
    assert!(report.contains("1 file reviewed, 0 findings, 3 left out, 0 failed."), "{report}");
    for link in ["alias.txt", "itself", "sub/up"] {
        assert!(report.contains(&format!("- `{link}`: symbolic link, not followed")), "{report}");
    }

    let run = Finished::of(place.bare(executable()).arg(place.folder().join("itself")));
    run.assert_code(1);
    assert!(run.stderr.contains("cannot be listed"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn unreadable_files_and_folders_are_left_out_with_the_reason() {
    let place = Place::new();
    place.put("open.txt", "One plain sentence that is long enough to be a summary.\n");
    place.put("closed.txt", "Nobody may read this sentence, however long it is.\n");
    place.put("locked/inside.txt", "Nobody may even list the folder of this sentence.\n");
    let Some(mut command) = trees::unprivileged(&place) else { return };
    trees::forbid(&place.folder().join("closed.txt"));

    // First everything is seen, so that the locked folder's file is known ..
    Finished::of(command.arg("--once")).assert_code(0);
    assert!(place.report().contains("### `locked/inside.txt`"), "{}", place.report());

    // .. and then its folder is locked: the file is out of sight, not vanished.
    trees::forbid(&place.folder().join("locked"));
    let run = Finished::of(&mut command);
    trees::permit(&place.folder().join("locked"));
    run.assert_code(0);
    let report = place.report();
    assert!(report.contains("- `closed.txt`: unreadable: Permission denied"), "{report}");
    assert!(report.contains("- `locked`: unreadable: Permission denied"), "{report}");
    assert!(report.contains("0 vanished"), "{report}");
}

#[test]
fn names_that_mean_something_to_markdown_or_a_terminal_stay_names() {
    let place = Place::new();
    let name = if cfg!(windows) { "a`b.txt" } else { "a|`b`\u{1b}[31m\n.txt" };
    place.put(name, "A sentence with <script>alert(1)</script> and | in it, long enough.\n");
    let run = place.once(&[]);
    run.assert_code(0);
    let report = place.report();
    assert!(!report.contains('\u{1b}') && !run.stdout.contains('\u{1b}'), "{report}");
    assert!(!report.contains("<script>"), "{report}");
    if !cfg!(windows) {
        assert!(report.contains("| ``a\\|`b`\\u{1b}[31m\\n.txt`` |"), "{report}");
    }
}

#[test]
fn ten_thousand_files_are_reviewed() {
    let place = Place::new();
    for number in 0..10_000 {
        let text = format!(
            "File {number} speaks of subject{} and of thing{}, as files do.\n",
            number % 90,
            number / 3
        );
        place.put(&format!("d{}/f{number}.txt", number % 100), text);
    }
    let run = place.once(&[]);
    run.assert_code(0);
    let report = place.report();
    assert!(report.contains("10000 files reviewed, 0 findings, 0 left out, 0 failed."));
    assert_eq!(report.matches("\n### ").count(), 10_000);
    assert!(run.stdout.contains("10004/10004 tasks done"), "{}", run.stdout);
    assert!(run.stdout.lines().count() < 200, "progress is no flood: {}", run.stdout);
    let ended = trees::events(&place).filter(|event| event["event"] == "ended").count();
    // Each file, four drills, and the digest.
    assert_eq!(ended, 10_005);
}

#[test]
fn the_second_run_notices_what_changed_and_what_vanished() {
    let place = Place::new();
    let text =
        |word: &str| format!("This sentence is about {word} and about nothing else at all.\n");
    place.put("same.txt", text("sameness"));
    place.put("edited.txt", text("drafts"));
    place.put("gone/away.txt", text("absence"));
    place.once(&[]).assert_code(0);
    assert!(place.report().contains("3 new, 0 changed, 0 unchanged, 0 vanished"));

    place.put("edited.txt", text("revisions"));
    place.put("late.txt", text("arrivals"));
    fs::remove_dir_all(place.folder().join("gone")).unwrap();
    let run = place.once(&[]);
    run.assert_code(0);
    let report = place.report();
    assert!(report.contains("1 new, 1 changed, 1 unchanged, 1 vanished"), "{report}");
    assert!(report.contains("- changed: `edited.txt`\n- vanished: `gone/away.txt`"), "{report}");
    assert!(report.contains("This sentence is about revisions"), "{report}");
    assert!(
        report.contains("This sentence is about sameness"),
        "kept from the first run: {report}"
    );
    assert!(run.stdout.contains("vanished since the last run: gone/away.txt"), "{}", run.stdout);

    place.once(&[]).assert_code(0);
    let report = place.report();
    assert!(report.contains("0 new, 0 changed, 3 unchanged, 0 vanished"), "{report}");
    assert!(!report.contains("away.txt"), "what vanished is forgotten: {report}");
}

#[test]
fn the_report_never_overwrites_a_strangers_file() {
    let place = Place::new();
    fs::write(place.work().join("report.md"), "# My own report\n").unwrap();
    let run = place.once(&[]);
    run.assert_code(2);
    assert!(run.stderr.contains("is not a report of this program"), "{}", run.stderr);
    assert_eq!(place.report(), "# My own report\n");

    place.once(&["--out", "other.md"]).assert_code(0);
    assert!(place.work().join("other.md").exists());
    let run = place.once(&["--out", "not/there/report.md"]);
    run.assert_code(1);
    assert!(run.stderr.contains("the report cannot be written"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn the_report_replaces_nothing_but_a_regular_file() {
    use std::os::unix::{fs::symlink, net::UnixListener};
    let place = Place::new();
    let work = place.work();
    fs::create_dir(work.join("folder")).unwrap();
    let _socket = UnixListener::bind(work.join("socket")).unwrap();
    symlink("nowhere", work.join("dangling")).unwrap();
    for name in ["folder", "socket", "dangling"] {
        let run = place.once(&["--out", name]);
        run.assert_code(2);
        assert!(run.stderr.contains("is no regular file"), "{name}: {}", run.stderr);
    }
    assert!(!work.join("nowhere").exists());

    // A link to a report stays a link.
    fs::write(work.join("real.md"), "").unwrap();
    symlink("real.md", work.join("link.md")).unwrap();
    place.once(&["--out", "link.md"]).assert_code(0);
    assert!(fs::symlink_metadata(work.join("link.md")).unwrap().is_symlink());
    assert!(fs::read_to_string(work.join("real.md")).unwrap().contains("# Review of"));
}

#[test]
fn the_reports_own_place_is_not_reviewed() {
    let place = Place::new();
    place.put("a.txt", "One plain sentence that is long enough to be a summary.\n");
    for _ in 0..2 {
        let run = Finished::of(
            place
                .bare(executable())
                .current_dir(place.folder())
                .args(["--once", "--data", "memory"]),
        );
        run.assert_code(0);
    }
    let report = fs::read_to_string(place.folder().join("report.md")).unwrap();
    assert!(report.contains("1 file reviewed, 0 findings, 0 left out"), "{report}");
}

#[test]
fn a_memory_that_is_no_database_is_an_error_with_a_way_out() {
    let place = Place::new();
    fs::write(place.memory().join("store.db"), "this is no database, it is a sentence".repeat(99))
        .unwrap();
    let run = place.once(&[]);
    run.assert_code(1);
    assert!(run.stderr.contains("store.db") && run.stderr.contains("--data"), "{}", run.stderr);
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let place = Place::new();
    place.once(&[]).assert_code(0);
    // SQLite's file format, section 1.3: the application's id lies at offset 68.
    let path = place.memory().join("store.db");
    let mut database = fs::read(&path).unwrap();
    database[68..72].copy_from_slice(b"else");
    fs::write(&path, &database).unwrap();
    let run = place.once(&[]);
    run.assert_code(1);
    assert!(run.stderr.contains("is not one of this program"), "{}", run.stderr);
    assert_eq!(fs::read(&path).unwrap(), database);
}

#[test]
fn a_reader_that_leaves_does_not_stop_the_work() {
    let place = Place::new();
    place.put("a.txt", "One plain sentence that is long enough to be a summary.\n");
    let mut child = place.agents().arg("--once").stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
    assert!(place.report().contains("1 file reviewed"));
}

#[test]
fn a_busy_port_that_was_asked_for_is_an_error_that_names_port_and_variable() {
    let place = Place::new();
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = busy.local_addr().unwrap().to_string();
    let run = Finished::of(place.agents().arg("--once").env("OBSERVANT_LISTEN", &address));
    run.assert_code(1);
    assert!(run.stderr.contains(&address), "{}", run.stderr);
    assert!(run.stderr.contains("OBSERVANT_LISTEN"), "{}", run.stderr);
}

#[test]
fn a_busy_usual_port_is_left_to_its_owner() {
    let place = Place::new();
    // Whether this bind succeeds or somebody else has the port: it is busy now.
    let _busy = TcpListener::bind("127.0.0.1:9464");
    let mut run = Running::start(place.agents().arg("--once").env_remove("OBSERVANT_LISTEN"));
    let address = run.wait_for("metrics: http://");
    assert!(!address.contains(":9464"), "{address}");
    assert!(run.said.contains("OBSERVANT_LISTEN"), "it says how to choose: {}", run.said);
    let (status, rest) = run.end();
    assert!(status.success(), "{rest}");
}

/// From a heading to the next of any level.
fn section(report: &str, heading: &str) -> String {
    let start = report.find(heading).unwrap_or_else(|| panic!("no {heading} in {report}"));
    let body = &report[start + heading.len()..];
    body[..body.find("\n#").unwrap_or(body.len())].to_owned()
}
