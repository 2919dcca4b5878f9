//! Names that others have.

observant::metrics! {
    /// Seen.
    static OBSERVE: Gauge = "observe_files";
    /// Seen.
    static OBSERVANT: Gauge = "observant_files";
    /// Seen.
    static GEN_AI: Gauge = "gen_ai_files";
    /// Seen.
    static PROCESS: Gauge = "process_files";
    /// Seen.
    static SYSTEM: Gauge = "system_files";
    /// Seen.
    static HTTP_SERVER: Gauge = "http_server_files";
    /// Seen.
    static TARGET: Gauge = "target_files";
    /// Seen.
    static UP: Gauge = "up";
}

fn main() {}
