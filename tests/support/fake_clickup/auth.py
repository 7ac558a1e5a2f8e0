"""Whose token it is. A personal token comes raw, another one as a bearer."""
from .errors import coded


def token_of(world, header):
    if not header:
        raise coded(401, "Authorization header required", "OAUTH_017")
    bearer = header.startswith("Bearer ")
    text = header.removeprefix("Bearer ")
    if bearer and text.startswith("pk_") and not world.switches["accept_bearer_pk"]:
        raise coded(401, "Oauth token not found", "OAUTH_019")
    token = world.tokens.get(text)
    if token is None or (not bearer and not text.startswith("pk_")):
        raise coded(401, "Oauth token not found", "OAUTH_018") if bearer else coded(401, "Token invalid", "OAUTH_025")
    return token
