# must fail: test_how_often
def group_anagrams(keys):
    groups = {}
    for key in keys:
        groups.setdefault(frozenset(key), []).append(key)
    return list(groups.values())
