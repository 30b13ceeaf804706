"""Slack as a channel. `bot` is what the service uses; `rendering`, `views` and `mrkdwn` are pure; `standin` plays Slack on this machine."""
