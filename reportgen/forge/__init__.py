"""Talks to GitHub, GitLab, Gitea and Forgejo about one issue."""
