self.runs = (self.runs ?? 0) + 1;
throw new TypeError("of its own");
