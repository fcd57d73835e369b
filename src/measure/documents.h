#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "http/client.h"
#include "measure/service.h"
#include "measure/suite.h"

namespace groundwork::measure {

/// What is posted to a service before its first case: the suite's documents, and hidden ones drawn by a seed.
class PostedDocuments {
 public:
  /// @errors kInvalidArgument, kNotFound: as make_service()
  static base::Result<PostedDocuments> load(const Suite& suite, std::uint64_t seed);

  /// As `POST /documents` calls.
  std::vector<Call> calls() const;
  /// Whether all of them were taken.
  static std::optional<Breach> read(const http::ClientResponse& response, const Call& call);

  /// Metadata by id.
  const std::map<std::string, base::json::object, std::less<>>& all() const { return metadata_; }
  const std::vector<Case>& hidden_cases() const { return hidden_cases_; }

 private:
  base::Status add(base::json::object document, const std::string& where);

  std::map<std::string, base::json::object, std::less<>> metadata_;
  base::json::array posted_;
  std::vector<Case> hidden_cases_;
};

}  // namespace groundwork::measure
