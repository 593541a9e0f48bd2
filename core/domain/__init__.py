"""What changes states, writes the journal, sends messages, runs jobs."""
