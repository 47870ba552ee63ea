"""The containers of deploy/, brought up from nothing and then harmed: `make deploy-test`. No part of the suite."""
