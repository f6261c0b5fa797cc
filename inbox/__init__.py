"""The core: one record of every exchange with every customer."""
