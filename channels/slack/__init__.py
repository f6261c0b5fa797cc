"""Slack: a channel for customers, and a place from which agents follow others."""
