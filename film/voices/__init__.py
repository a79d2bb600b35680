"""Who speaks and how loud, told by mouths and by sound.

May import: pictures, decoding.developing, decoding.timing, decoding, model.
"""
