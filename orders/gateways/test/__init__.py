"""A gateway that moves no money, for trying the shop: its cards succeed, decline, challenge, hang or are late."""
