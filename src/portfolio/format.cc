#include "portfolio/format.h"

#include "base/suggest.h"
#include "base/utf8.h"

namespace groundwork::portfolio {

base::Result<const curriculum::ProjectGuide*> guide_of(const curriculum::Curriculum& content,
                                                       const std::string& project) {
  if (const curriculum::ProjectGuide* guide = content.project(project)) return guide;
  std::vector<std::string> ids;
  for (const curriculum::Project& one : content.roadmap.projects) {
    ids.push_back(one.project_id);
    if (one.project_id == project) {
      return base::make_error(base::Code::kNotFound, "library/projects/" + project +
                                                         ".yaml is missing, so nobody knows what of it is measured");
    }
  }
  return base::make_error(base::Code::kNotFound, "there is no project '" + base::clip(project, 80) + "'" +
                                                     base::did_you_mean(base::clip(project, 80), ids));
}

base::Result<const curriculum::Kpi*> kpi_of(const curriculum::Curriculum& content, const std::string& id) {
  if (const curriculum::Kpi* kpi = content.kpi(id)) return kpi;
  std::vector<std::string> ids;
  for (const curriculum::Kpi& one : content.kpis) ids.push_back(one.id);
  return base::make_error(base::Code::kNotFound,
                          "there is no KPI '" + base::clip(id, 80) + "'" + base::did_you_mean(base::clip(id, 80), ids));
}

}  // namespace groundwork::portfolio
