"""Made transitions: cut from real films by the thousand, to learn where shots change and to judge what was learned."""
