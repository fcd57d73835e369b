# must fail: test_work_grows
def group_anagrams(keys):
    groups = []
    for key in keys:
        name = sorted(key)
        for group_name, group in groups:
            if group_name == name:
                group.append(key)
                break
        else:
            groups.append((name, [key]))
    return [group for _, group in groups]
