#include "assess/draw.h"

#include <algorithm>

#include "base/random.h"

namespace groundwork::assess {

std::vector<const curriculum::Question*> draw_order(const std::vector<const curriculum::Question*>& pool,
                                                    const std::map<std::string, std::int64_t>& seen,
                                                    std::uint64_t seed) {
  base::Random random(seed);
  // The pool's own order must not matter, or moving an item in its file would change every quiz.
  std::vector<const curriculum::Question*> items = pool;
  std::sort(items.begin(), items.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
  random.shuffle(items);
  const auto last_seen = [&](const curriculum::Question* item) {
    const auto at = seen.find(item->id);
    return at == seen.end() ? std::int64_t{-1} : at->second;
  };
  std::stable_sort(items.begin(), items.end(),
                   [&](const auto* a, const auto* b) { return last_seen(a) < last_seen(b); });

  std::map<std::string, std::vector<const curriculum::Question*>> by_concept;
  for (const curriculum::Question* item : items) by_concept[item->concept_id].push_back(item);
  std::vector<std::string> turns;
  for (const auto& [name, list] : by_concept) turns.push_back(name);
  std::vector<const curriculum::Question*> order;
  for (std::size_t round = 0; order.size() < items.size(); ++round) {
    random.shuffle(turns);
    for (const std::string& name : turns) {
      if (round < by_concept[name].size()) order.push_back(by_concept[name][round]);
    }
  }
  return order;
}

}  // namespace groundwork::assess
