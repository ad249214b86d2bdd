"""What a real SLURM says of its partitions."""

import pytest

from touchline.runs import read_cluster, run_program


@pytest.mark.slow
def test_the_partitions_of_a_real_cluster_are_read(slurm, monkeypatch):
    monkeypatch.setenv("SLURM_CONF", slurm.environment["SLURM_CONF"])
    cluster = read_cluster(run_program)
    assert cluster.silent is None
    by_name = {one.name: one for one in cluster.partitions}
    assert by_name.keys() == {"GPU", "urgent", "short"}
    gpu = by_name["GPU"]
    assert (gpu.is_default, gpu.is_up, gpu.time_limit_s) == (True, True, None)
    assert gpu.gpus == {"titanrtx": 4}
    assert by_name["short"].time_limit_s == 60
    assert cluster.longest_array == 1000
