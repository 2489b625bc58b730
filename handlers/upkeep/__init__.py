"""What the clock has done: periods closed, what is too old destroyed, providers asked for what no webhook brought."""
