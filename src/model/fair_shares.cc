#include "model/fair_shares.h"

#include <algorithm>
#include <limits>

namespace groundwork::model {

void FairShares::enter(const std::string& user) {
  const auto found = shares_.find(user);
  if (found != shares_.end()) {
    ++found->second.requests;
    return;
  }
  double least = std::numeric_limits<double>::max();
  for (const auto& [name, share] : shares_) least = std::min(least, share.had);
  shares_[user] = {shares_.empty() ? 0.0 : least, 1};
}

void FairShares::leave(const std::string& user) {
  const auto found = shares_.find(user);
  if (found != shares_.end() && --found->second.requests == 0) shares_.erase(found);
}

void FairShares::charge(const std::string& user, double tokens) {
  const auto found = shares_.find(user);
  if (found != shares_.end()) found->second.had += tokens;
}

double FairShares::of(const std::string& user) const {
  const auto found = shares_.find(user);
  return found == shares_.end() ? 0.0 : found->second.had;
}

}  // namespace groundwork::model
