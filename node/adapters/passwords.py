"""argon2id for passwords; parameters of RFC 9106, second recommendation, at most."""

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """`PasswordHasher` by argon2-cffi."""

    def __init__(self, memory_kib: int = 64 * 1024, passes: int = 3) -> None:
        """Hash with these costs; what was hashed with others is still recognised."""
        self._argon2 = Argon2(time_cost=passes, memory_cost=memory_kib, parallelism=1)

    def hash(self, password: str) -> str:
        """Encoded hash with salt and parameters."""
        return self._argon2.hash(password)

    def is_match(self, encoded: str, password: str) -> bool:
        """Whether the password is the one that was hashed."""
        try:
            return self._argon2.verify(encoded, password)
        except (VerificationError, InvalidHashError):
            return False
