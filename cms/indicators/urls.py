"""Figures: the region, its schools, the pilots, one's own school; what they mean; files of them."""

from django.urls import path

from cms.indicators.views import meanings, pilots, region, schools

app_name = "indicators"
urlpatterns = [
    path("figures/", region.region, name="region"),
    path("figures/file/", region.region_file, name="region_file"),
    path("figures/schools/", schools.school_list, name="schools"),
    path("figures/schools/file/", schools.school_list_file, name="schools_file"),
    path("figures/schools/<slug:public_id>/", schools.school, name="school"),
    path("figures/schools/<slug:public_id>/file/", schools.school_file, name="school_file"),
    path("figures/mine/", schools.own_school, name="mine"),
    path("figures/pilots/", pilots.side_by_side, name="pilots"),
    path("figures/pilots/file/", pilots.pilots_file, name="pilots_file"),
    path("figures/pilots/pack/", pilots.ask_for_pack, name="pack"),
    path("figures/definitions/", meanings.definition_list, name="definitions"),
]
