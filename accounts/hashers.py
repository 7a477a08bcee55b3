from django.contrib.auth.hashers import Argon2PasswordHasher


class SmallArgon2PasswordHasher(Argon2PasswordHasher):
    """argon2id with 19 MiB, two passes, one lane: OWASP's first recommendation.

    Source: OWASP Password Storage Cheat Sheet. Django's own 100 MiB would let a few dozen parallel
    sign-ins fill the memory of a small machine.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
