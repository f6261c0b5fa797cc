"""What helps an agent while answering; all of it without a language model."""
