"""What figures share: style, reading of records, summaries, panels."""
