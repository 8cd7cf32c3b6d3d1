"""The installation in an AWS account: the CDK app that describes it, and the packages of its functions."""
