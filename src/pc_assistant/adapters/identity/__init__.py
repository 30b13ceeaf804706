"""Who somebody is, by the word of an OpenID Connect issuer such as Entra ID; needs the extra `oidc`."""
