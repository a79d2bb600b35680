"""The other editions of a composed book: CBZ, EPUB, HTML, webtoon. May import: pdf, book."""
