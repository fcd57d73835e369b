#include "search/waiting_documents.h"

#include <utility>

namespace groundwork::search {

bool WaitingDocuments::add(Document document) {
  if (!places_.emplace(document.id, documents_.size()).second) return false;
  documents_.push_back(std::move(document));
  return true;
}

bool WaitingDocuments::remove(std::string_view id) {
  const auto found = places_.find(std::string(id));
  if (found == places_.end()) return false;
  documents_[found->second] = {};
  places_.erase(found);
  return true;
}

const std::vector<Document>& WaitingDocuments::all() {
  if (documents_.size() == places_.size()) return documents_;
  looked_at_ += documents_.size();
  std::erase_if(documents_, [](const Document& one) { return one.id.empty(); });
  for (std::size_t i = 0; i < documents_.size(); ++i) places_[documents_[i].id] = i;
  return documents_;
}

void WaitingDocuments::clear() {
  documents_.clear();
  places_.clear();
}

}  // namespace groundwork::search
