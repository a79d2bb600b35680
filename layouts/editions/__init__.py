"""The editions of a composed book: PDF, and CBZ, EPUB, HTML, webtoon made of it. May import: editions.pdf, book."""
