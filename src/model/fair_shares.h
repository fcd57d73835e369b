#pragma once

#include <map>
#include <string>
#include <string_view>

namespace groundwork::model {

/// How much each user has had, so that who had least comes next. A user who comes back starts level with those who are
/// served now: absence earns no credit.
/// @source Goyal, Vin and Cheng 1996, "Start-time Fair Queueing"; Sheng et al. 2024, arXiv:2401.00588, for tokens as
///         what is counted
class FairShares {
 public:
  /// One more request of this user is there, or one less.
  void enter(const std::string& user);
  void leave(const std::string& user);

  void charge(const std::string& user, double tokens);
  /// Tokens that count as had; 0 for a user without requests.
  double of(const std::string& user) const;

 private:
  struct Share {
    double had = 0;
    int requests = 0;
  };
  std::map<std::string, Share, std::less<>> shares_;
};

}  // namespace groundwork::model
