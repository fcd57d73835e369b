#pragma once

// Documents on their way into an index. In scope: each id once, in the order of adding, and taken back at the cost of a
// look-up. Not in scope: what becomes of them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "search/document.h"

namespace groundwork::search {

class WaitingDocuments {
 public:
  /// False where one of this id waits; then nothing is added.
  /// @param document  with an id that is not empty
  bool add(Document document);

  /// Whether one of this id waited.
  bool remove(std::string_view id);

  /// In the order of adding. The reference holds until the next call that changes something. After removals the gaps
  /// are closed first, once.
  const std::vector<Document>& all();

  std::size_t size() const { return places_.size(); }
  void clear();

  /// How many documents were looked at to close gaps, since the object exists: the work that removing costs beside its
  /// look-ups.
  std::uint64_t looked_at() const { return looked_at_; }

 private:
  std::vector<Document> documents_;                      ///< one without an id was removed
  std::unordered_map<std::string, std::size_t> places_;  ///< by id, in documents_
  std::uint64_t looked_at_ = 0;
};

}  // namespace groundwork::search
