"""What every app stands on: money, errors, the transaction unit. No tables; imports none of ours."""
