metrics! {
    /// Context assembled
    /// for an agent.
    ///
    /// Further words.
    pub static CONTEXT_ASSEMBLY: Histogram = "aet_context_assembly_seconds";
    /// Registered files.
    #[cfg(unix)]
    pub(crate) static FILES: Gauge<{ state: FileState }> = "aet_registered_files";
    /// Answers.
    static ANSWERS: Counter<{ model: Capped, cached: bool, region = "eu" }> = "aet_answers_total";
    /// Sizes.
    static SIZES: Histogram = "aet_items", buckets = [1, 10];
    /// Jobs that wait.
    static WAITING: Gauge = "aet_waiting_jobs", value = || QUEUE.len();
}
