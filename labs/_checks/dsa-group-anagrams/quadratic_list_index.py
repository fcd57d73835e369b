# must fail: test_cpu_time_grows
def group_anagrams(keys):
    names, groups = [], []
    for key in keys:
        name = "".join(sorted(key))
        if name in names:
            groups[names.index(name)].append(key)
        else:
            names.append(name)
            groups.append([key])
    return groups
