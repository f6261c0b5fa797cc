"""What several channels speak over: HTTP with its errors, deadlines and log, and Twilio."""
