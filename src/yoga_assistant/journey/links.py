def split_links(q):
    return q, []
