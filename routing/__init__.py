"""Who answers: rules, queues, policies, and the supervisor's last word."""
