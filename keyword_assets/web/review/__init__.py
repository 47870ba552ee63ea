"""The page on which reviewers judge answers: forms and links; its script only adds keys."""
