"""The page on which reviewers judge answers: forms and links, to which its script only adds keys."""
