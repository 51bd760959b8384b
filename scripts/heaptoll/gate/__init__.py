"""The gate: base and head measured in lockstep, what differs measured again, and a verdict that can be believed."""
