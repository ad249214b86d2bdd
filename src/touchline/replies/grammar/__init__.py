"""What words in a reply mean, as data: keys (`keys.yaml`) and languages (`languages/*.yaml`)."""
