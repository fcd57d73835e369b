#pragma once

#include "assess/study.h"
#include "base/json.h"

namespace groundwork::api {

// The shapes of Roadmap, Module, Page and Counts in openapi.yaml; used by the API and by the commands with --json.
base::json::object roadmap_json(const curriculum::Curriculum& content);
base::json::object module_json(const assess::Standing& standing, int module, base::Timestamp now);
enum class PageKind { kExplainer, kRemedial, kInterviewPack };
/// @errors kNotFound, with near names
base::Result<base::json::object> page_json(const assess::Standing& standing, PageKind kind, const std::string& id);

}  // namespace groundwork::api
