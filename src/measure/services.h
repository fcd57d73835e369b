#pragma once

// The kinds of contract, for make_service().

#include <memory>

#include "measure/service.h"

namespace groundwork::measure {

base::Result<std::unique_ptr<Service>> make_search_service(const Suite& suite, std::uint64_t seed);
base::Result<std::unique_ptr<Service>> make_rag_service(const Suite& suite, std::uint64_t seed);
base::Result<std::unique_ptr<Service>> make_tools_service(const Suite& suite);
/// Of contracts chat (OpenAI's chat completions) and http (a request template).
base::Result<std::unique_ptr<Service>> make_http_service(const Suite& suite);

}  // namespace groundwork::measure
