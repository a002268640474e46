"""The studio: pictures of yoga with known joints."""
