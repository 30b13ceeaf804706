"""What the project rests on: the licences of every pinned package, a bill of materials, and known vulnerabilities."""
