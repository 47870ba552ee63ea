"""The texts that `core.texts` says, by what they are about: each key in Korean and in English."""
