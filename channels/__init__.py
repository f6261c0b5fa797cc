"""Channel adapters: translate, decide nothing, store nothing."""
