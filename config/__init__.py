"""The composition root: settings, wiring and commands. It knows everyone; nobody knows it."""
